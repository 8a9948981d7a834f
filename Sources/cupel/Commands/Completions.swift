import ArgumentParser

/// `cupel completions`.
struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print the completion script of a shell.",
    discussion: """
      EXAMPLES
        cupel completions bash > ~/.local/share/bash-completion/completions/cupel
        cupel completions zsh > "${fpath[1]}/_cupel"
        cupel completions fish > ~/.config/fish/completions/cupel.fish
      """)

  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish

    var completed: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }

  @Argument(help: "bash, zsh or fish.") var shell: Shell

  func run() { Console.print(Cupel.completionScript(for: shell.completed)) }
}
