package catalogue

// Source gives tests the text of an embedded file.
var Source = source
