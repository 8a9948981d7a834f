import HTTP
import JSON
import Judging
import Testing

@testable import OpenAI

@Suite struct OptionsTests {
  @Test func littleIsNeeded() throws {
    let options = try read(#"{"url": "http://127.0.0.1:8000/v1/", "model": "flex"}"#)
    #expect(options.kind == .chat && options.model == "flex")
    #expect(options.delivery.urls == ["http://127.0.0.1:8000/v1"])
    #expect(options.delivery.key == nil && options.delivery.maxInFlight == 256 && options.delivery.retries == 5)
    let chat = try #require(options.chat)
    #expect(chat.maxN == 64 && chat.maxTopLogprobs == 0 && chat.structured == .none && chat.modalities == [.text])
    #expect(chat.image.files.types == ["image/png", "image/jpeg"] && chat.image.detail == nil)
  }

  @Test func everythingIsRead() throws {
    let options = try read(
      #"""
      {"urls": ["http://a/v1", "https://b:8443/api/v1beta"], "model": "m", "kind": "chat", "api_key_env": "KEY",
       "api_key_header": "api-key", "headers": {"X-Title": "cupel"}, "ca_file": "ca.pem", "proxy": "http://p:3128",
       "max_in_flight": 12, "connect_timeout_ms": 1, "first_byte_timeout_ms": 2, "max_response_bytes": 2048, "retries": 0,
       "extra_body": {"chat_template_kwargs": {"enable_thinking": true}}, "n": "never", "logprobs": true,
       "structured": "vllm", "modalities": ["sound", "image", "frames"], "frames": "video_url",
       "image": {"max_original_bytes": 0, "types": ["image/webp"], "detail": "low"},
       "system_role": "developer", "max_tokens_field": "max_completion_tokens", "omit": ["seed", "top_p"]}
      """#)
    #expect(options.delivery.urls == ["http://a/v1", "https://b:8443/api/v1beta"])
    #expect(options.delivery.key == .environment("KEY") && options.delivery.keyHeader == "api-key")
    #expect(options.delivery.headers.map(\.name) == ["X-Title"] && options.delivery.caFile == "ca.pem")
    #expect(options.delivery.connectTimeoutMilliseconds == 1 && options.delivery.firstByteTimeoutMilliseconds == 2)
    #expect(options.extraBody["chat_template_kwargs"] == ["enable_thinking": true])
    let chat = try #require(options.chat)
    #expect(chat.maxN == 1 && chat.maxTopLogprobs == 20 && chat.structured == .vllm)
    #expect(chat.modalities == [.text, .image, .frames, .sound] && chat.frames == .videoURL)
    #expect(
      chat.image.files.maxOriginalBytes == 0 && chat.image.files.types == ["image/webp"] && chat.image.detail == .low)
    #expect(chat.systemRole == .developer && chat.maxTokensField == .maxCompletionTokens)
    #expect(chat.omitted == [.seed, .topP])
  }

  @Test(arguments: [
    (#"{"model": "m"}"#, "'url' is missing; it is the server's base URL, as in http://127.0.0.1:8000/v1"),
    (#"{"url": "http://h/v1"}"#, "'model' is missing; it is the name that the server lists under /v1/models"),
    (#""url""#, "expected an object, found a string"),
    (#"{"url": "http://h:8000", "model": "m"}"#, "url: 'http://h:8000' has no path; did you mean 'http://h:8000/v1'?"),
    (#"{"url": "h:8000/v1", "model": "m"}"#, "url: 'h:8000/v1' is not a base URL; it starts with http:// or https://"),
    (#"{"url": "ftp://h/v1", "model": "m"}"#, "url: 'ftp://h/v1' is not a base URL"),
    (#"{"url": "http://h/v1/chat/completions", "model": "m"}"#, "give the base URL, 'http://h/v1'"),
    (#"{"url": "http://u:secret@h/v1", "model": "m"}"#, "url: a base URL holds no user and no password"),
    (#"{"url": "http:///v1", "model": "m"}"#, "names no host"),
    (#"{"url": "http://:80/v1", "model": "m"}"#, "names no host"),
    (#"{"url": "http://h/v1?key=1", "model": "m"}"#, "no '?' and no '#'"),
    (#"{"url": "http://h/v1\nHost: x", "model": "m"}"#, "ASCII characters without spaces"),
    (#"{"urls": [], "model": "m"}"#, "urls: there is no URL; give at least one"),
    (#"{"urls": ["http://h/v1", "http://h/v1/"], "model": "m"}"#, "urls[1]: 'http://h/v1' is there twice"),
    (#"{"url": "http://h/v1", "urls": ["http://h/v1"], "model": "m"}"#, "urls: stands beside 'url'"),
    (#"{"url": "http://h/v1", "model": ""}"#, "model: a model has a name"),
    (#"{"url": "http://h/v1", "modle": "m"}"#, "modle: unknown field 'modle'; did you mean 'model'?"),
    (#"{"url": "http://h/v1", "model": "m", "kind": "chta"}"#, "kind: unknown value 'chta'; did you mean 'chat'?"),
    (#"{"url": "http://h/v1", "model": "m", "kind": "score", "n": 2}"#, "n: 'n' belongs to kind chat"),
    (
      #"{"url": "http://h/v1", "model": "m", "api_key_env": "sk-123"}"#,
      "api_key_env: expected the name of an environment"
    ),
    (#"{"url": "http://h/v1", "model": "m", "api_key_env": "K", "api_key_file": "f"}"#, "api_key_file: stands beside"),
    (#"{"url": "http://h/v1", "model": "m", "api_key_header": "api-key"}"#, "api_key_header: there is no key to send"),
    (
      #"{"url": "http://h/v1", "model": "m", "headers": {"Authorization": "x"}}"#,
      "headers.Authorization: a key does not"
    ),
    (
      #"{"url": "http://h/v1", "model": "m", "headers": {"a b": "x"}}"#,
      #"headers["a b"]: 'a b' is not a header's name"#
    ),
    (#"{"url": "http://h/v1", "model": "m", "headers": {"X": "a\r\nb"}}"#, "headers.X: a header's value holds no line"),
    (#"{"url": "http://h/v1", "model": "m", "headers": {"Traceparent": "x"}}"#, "headers.Traceparent: the header"),
    (
      #"{"url": "http://h/v1", "model": "m", "headers": {"Host": "x"}}"#,
      "headers.Host: the header 'Host' is set by Cupel"
    ),
    (#"{"url": "http://h/v1", "model": "m", "unix_socket": "s", "proxy": "p"}"#, "proxy: stands beside 'unix_socket'"),
    (#"{"url": "http://h/v1", "model": "m", "retries": 101}"#, "retries: 101 is out of range; accepted: 0 to 100"),
    (
      #"{"url": "http://h/v1", "model": "m", "n": "some"}"#,
      "n: accepted: auto, never, or a whole number from 1 to 1024"
    ),
    (#"{"url": "http://h/v1", "model": "m", "n": 0}"#, "n: 0 is out of range"),
    (#"{"url": "http://h/v1", "model": "m", "logprobs": "yes"}"#, "logprobs: accepted: true, false, or how many"),
    (#"{"url": "http://h/v1", "model": "m", "modalities": ["video"]}"#, "modalities[0]: unknown value 'video'"),
    (
      #"{"url": "http://h/v1", "model": "m", "image": {}}"#,
      "image: the judge is shown no pictures; add image or frames"
    ),
    (#"{"url": "http://h/v1", "model": "m", "sound": {}}"#, "sound: the judge is given no sound; add sound"),
    (
      #"{"url": "http://h/v1", "model": "m", "modalities": ["frames"], "video": {}}"#,
      "video: videos are not passed on as files; say 'frames: file'"
    ),
    (#"{"url": "http://h/v1", "model": "m", "frames": "images"}"#, "frames: the judge is shown no moving pictures"),
    (
      #"{"url": "http://h/v1", "model": "m", "modalities": ["image"], "image": {"types": ["png"]}}"#,
      "image.types[0]: 'png'"
    ),
    (
      #"{"url": "http://h/v1", "model": "m", "modalities": ["image"], "image": {"size": 1}}"#,
      "image.size: unknown field"
    ),
    (
      #"{"url": "http://h/v1", "model": "m", "extra_body": {"n": 2}}"#,
      "extra_body.n: 'n' is written by Cupel; how many"
    ),
    (
      #"{"url": "http://h/v1", "model": "m", "extra_body": {"stream": true}}"#, "extra_body.stream: 'stream' is written"
    ),
    (#"{"url": "http://h/v1", "model": "m", "extra_body": {"messages": []}}"#, "extra_body.messages: 'messages' is"),
    (
      #"{"url": "http://h/v1", "model": "m", "extra_body": {"temperature": 0}}"#, "say it under 'sampling' of the judge"
    ),
    (
      #"{"url": "http://h/v1", "model": "m", "structured": "vllm", "extra_body": {"guided_json": {}}}"#,
      "see the option 's"
    ),
    (#"{"url": "http://h/v1", "model": "m", "extra_body": [1]}"#, "extra_body: expected an object, found an array"),
  ])
  func errorsNameTheFieldAndWhatToDo(options: String, message: String) {
    let error = #expect(throws: JSONError.self) { try read(options) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "no error")")
    #expect(error?.description.contains("secret") != true)
  }

  private func read(_ text: String) throws(JSONError) -> Options { try Options(JSONReader(try JSONParser.parse(text))) }
}
