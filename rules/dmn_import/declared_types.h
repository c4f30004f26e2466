// rules/dmn_import/declared_types.h - what a model declares of its values, in a rulebook's words.
// Private to rules/dmn_import.
#pragma once

#include <string>

#include "rules/dmn/item_types.h"

namespace oxpecker::dmn {

// Whether every value of the static type `found` is of the declared type, so that nothing is left to
// check; allowed values count too.
bool Fits(const ItemTypes& types, const feel::Type& found, TypeIndex declared);

// The same without allowed values.
bool HasForm(const ItemTypes& types, const feel::Type& found, TypeIndex declared);

struct AllowedValues {
  std::string tests;        // unary tests over the value; empty: none
  bool is_partial = false;  // the type asks for more: of components, or a second list
};
AllowedValues AllowedOf(const ItemTypes& types, TypeIndex type);

// What a value becomes that is bound to a declared type (DMN 1.5, 10.3.2.9.4), where the static types
// alone say so: the item of a list of one, a list of one, the midnight of a date.
bool MayConvert(const feel::Type& found, const feel::Type& declared);
std::string ConvertedText(const std::string& text, const feel::Type& found, const feel::Type& declared);
// The same, and a null with a cause where the value is not of the declared type. Empty where an
// expression cannot say it.
std::string CheckedText(const ItemTypes& types, const std::string& text, const feel::Type& found, TypeIndex declared);

// The schema of a fact of that type; empty where the schemas of facts have no form for it.
std::string SchemaOf(const ItemTypes& types, TypeIndex type, std::size_t indent);

}  // namespace oxpecker::dmn
