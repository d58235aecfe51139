package manifest

import "bytes"

var byteOrderMark = []byte("\ufeff")

// Relax turns what Chromium's reader takes beyond JSON into JSON: a byte order
// mark, comments, \xHH and raw line breaks within strings. commas also drops one
// before a closing bracket, which Chromium takes in policies alone. Anything else
// is left as it is, so what is not JSON stays so. Lines outside of strings keep
// their numbers. It follows chromium/base/json, as seen on 156.
func Relax(data []byte, commas bool) []byte {
	data = bytes.TrimPrefix(data, byteOrderMark)
	out := make([]byte, 0, len(data))
	comma := -1 // where in out a comma stands that nothing but space follows
	for i := 0; i < len(data); {
		switch n := commentLen(data[i:]); {
		case n > 0:
			out = append(out, ' ')
			out = append(out, bytes.Repeat([]byte{'\n'}, bytes.Count(data[i:i+n], []byte{'\n'}))...)
			i += n
			continue
		case data[i] == '"':
			n := stringLen(data[i:])
			out, comma = appendString(out, data[i:i+n]), -1
			i += n
			continue
		case data[i] == ',':
			comma = len(out)
		case data[i] == ']' || data[i] == '}':
			if commas && comma >= 0 {
				out[comma] = ' '
			}
			comma = -1
		case !isSpace(data[i]):
			comma = -1
		}
		out = append(out, data[i])
		i++
	}
	return out
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// commentLen is the length of the comment that begins s, 0 if none does.
func commentLen(s []byte) int {
	switch {
	case bytes.HasPrefix(s, []byte("//")):
		if end := bytes.IndexByte(s, '\n'); end >= 0 {
			return end
		}
		return len(s)
	case bytes.HasPrefix(s, []byte("/*")):
		if end := bytes.Index(s[2:], []byte("*/")); end >= 0 {
			return 2 + end + 2
		}
	}
	return 0
}

// stringLen is the length of the string that begins s, with its quotes; of all
// of s if it does not end.
func stringLen(s []byte) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

func appendString(out, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\n':
			out = append(out, '\\', 'n')
		case s[i] == '\r':
			out = append(out, '\\', 'r')
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == 'x':
			out = append(out, `\u00`...)
			i++
		case s[i] == '\\' && i+1 < len(s):
			out = append(out, s[i], s[i+1])
			i++
		default:
			out = append(out, s[i])
		}
	}
	return out
}
