package session

import (
	"encoding/base64"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Text is a string of a web page, that is, a sequence of UTF-16 code units that
// need not be well formed. A well-formed one is a JSON string; any other is
// {"utf16": base64 of its little-endian code units}, since JSON decoders would
// replace its lone surrogates and so change a session. In memory it is UTF-8,
// with a lone surrogate as its three generalised bytes (WTF-8).
type Text string

type rawText struct {
	UTF16 string `json:"utf16"`
}

// MarshalJSONTo implements json.MarshalerTo.
func (t Text) MarshalJSONTo(e *jsontext.Encoder) error {
	if utf8.ValidString(string(t)) {
		return e.WriteToken(jsontext.String(string(t)))
	}
	var raw []byte
	for _, u := range t.units() {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return json.MarshalEncode(e, rawText{base64.StdEncoding.EncodeToString(raw)})
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. The utf16 form is refused
// for text that a JSON string could carry, and base64 with loose bits or line
// breaks, so that each text has one form.
func (t *Text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		tok, err := d.ReadToken()
		if err != nil {
			return err
		}
		*t = Text(tok.String())
		return nil
	}
	var form rawText
	if err := json.UnmarshalDecode(d, &form); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(form.UTF16)
	if err != nil || len(raw)%2 != 0 || base64.StdEncoding.EncodeToString(raw) != form.UTF16 {
		return Errorf(CodeBundleInvalid, "utf16 text is not base64 of code units")
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	v := textOf(units)
	if utf8.ValidString(string(v)) {
		return Errorf(CodeBundleInvalid, "utf16 text could be a plain string")
	}
	*t = v
	return nil
}

// units returns the UTF-16 code units of t.
func (t Text) units() []uint16 {
	out := make([]uint16, 0, len(t))
	for s := string(t); s != ""; {
		if u, ok := surrogate(s); ok {
			out, s = append(out, u), s[3:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		out, s = utf16.AppendRune(out, r), s[n:]
	}
	return out
}

// surrogate reports the lone surrogate that s begins with (ED A0..BF xx).
func surrogate(s string) (uint16, bool) {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2]&0xC0 != 0x80 {
		return 0, false
	}
	return 0xD000 | uint16(s[1]&0x3F)<<6 | uint16(s[2]&0x3F), true
}

func textOf(units []uint16) Text {
	b := make([]byte, 0, len(units))
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) {
			if i+1 < len(units) {
				if pair := utf16.DecodeRune(r, rune(units[i+1])); pair != utf8.RuneError {
					b, i = utf8.AppendRune(b, pair), i+1
					continue
				}
			}
			b = append(b, 0xED, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return Text(b)
}
