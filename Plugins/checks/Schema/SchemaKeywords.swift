import JSON

/// The keywords in the order in which they run: the `unevaluated…` ones last, because they look at what all others saw.
enum SchemaKeywords {
  static let all: [any SchemaKeyword.Type] = [
    TypeKeyword.self, EnumKeyword.self, NumberKeyword.self, StringKeyword.self,
    ItemCountKeyword.self, ItemsKeyword.self, ContainsKeyword.self,
    PropertyCountKeyword.self, PropertiesKeyword.self, PropertyNamesKeyword.self, DependentSchemasKeyword.self,
    ReferenceKeyword.self, DynamicReferenceKeyword.self, AllOfKeyword.self, AnyOfKeyword.self, OneOfKeyword.self,
    NotKeyword.self, ConditionKeyword.self,
    UnevaluatedItemsKeyword.self, UnevaluatedPropertiesKeyword.self,
  ]
}
