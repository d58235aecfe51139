package session

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxWords bounds the short words of a capture: the stores that were read, the
// browser's languages and its brands.
const maxWords = 128

// maxUnread bounds the list of what was not read; one entry may stand for a whole
// store.
const maxUnread = 10_000

// decode is Unmarshal for a capture or a bundle. It counts the elements of every
// list while it reads, so that no small text becomes a large structure.
func decode(data []byte, v any) error {
	if len(data) > MaxBundle {
		return Errorf(CodeBundleTooLarge, "%d bytes, at most %d", len(data), MaxBundle)
	}
	cookies, origins, items, words, unread := MaxCookies, MaxOrigins, MaxItems, maxWords, maxUnread
	lists := json.JoinUnmarshalers(
		list[Cookie](&cookies, "cookies"),
		list[OriginStorage](&origins, "origins"),
		list[Unread](&unread, "parts that were not read"),
		list[Item](&items, "storage items"),
		list[Database](&items, "storage items"),
		list[ObjectStore](&items, "storage items"),
		list[Index](&items, "storage items"),
		list[Record](&items, "storage items"),
		list[string](&words, "words"),
		list[Brand](&words, "words"),
	)
	err := json.Unmarshal(data, v, json.RejectUnknownMembers(true), json.WithUnmarshalers(lists))
	return positioned(err, CodeBundleInvalid)
}

// list reads a JSON array whose elements use up left, which several lists may
// share. Anything but an array is left to the decoder.
func list[T any](left *int, what string) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(d *jsontext.Decoder, v *[]T) error {
		if d.PeekKind() != '[' {
			return errors.ErrUnsupported
		}
		if _, err := d.ReadToken(); err != nil {
			return err
		}
		out := []T{}
		for d.PeekKind() != ']' {
			if *left--; *left < 0 {
				return Errorf(CodeBundleTooLarge, "too many %s", what)
			}
			var e T
			if err := json.UnmarshalDecode(d, &e); err != nil {
				return err
			}
			out = append(out, e)
		}
		*v = out
		_, err := d.ReadToken()
		return err
	})
}
