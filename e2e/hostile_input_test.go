package e2e

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestHostileInput is the built host against what a broken or malicious caller
// may write, in the argument forms of both browsers. What goes on between
// processes is in TestHostileSurroundings.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	inBothForms(t, func(t *testing.T, args []string) {
		t.Run("an empty frame is answered, and the port survives", func(t *testing.T) {
			r := runHost(t, strings.NewReader("\x00\x00\x00\x00"+message(hello)), home(t), args...)
			assert.Equal(t, []session.Code{session.CodeFrameEmpty, ""}, codes(r))
			assert.Zero(t, r.exit)
		})
		t.Run("a length beyond the limit is refused before memory is taken", func(t *testing.T) {
			for _, n := range []uint32{1<<20 + 1, 64<<20 + 1, 1<<32 - 1} {
				head := string(binary.NativeEndian.AppendUint32(nil, n))
				assertTooLarge(t, runHost(t, strings.NewReader(head+hello), home(t), args...))
				assert.Less(t, peakAfter(t, head, args), 20<<10, "KiB")
			}
		})
		t.Run("a length in the other byte order is one", func(t *testing.T) {
			swapped := []byte(message(hello))
			swapped[0], swapped[1], swapped[2], swapped[3] = swapped[3], swapped[2], swapped[1], swapped[0]
			assertTooLarge(t, runHost(t, strings.NewReader(string(swapped)), home(t), args...))
		})
		t.Run("an end inside a frame is a failure and is logged", func(t *testing.T) {
			for _, n := range []int{1, 2, 3, 4, 5, 20} {
				env := home(t)
				r := runHost(t, strings.NewReader(message(hello)[:n]), env, args...)
				assert.Equal(t, 1, r.exit)
				assert.Empty(t, r.answers)
				assert.Contains(t, hostLog(t, env), "truncated")
			}
		})
		t.Run("an end before any message is quiet", func(t *testing.T) {
			r := runHost(t, strings.NewReader(""), home(t), args...)
			assert.Zero(t, r.exit)
			assert.Empty(t, r.answers)
			assert.Empty(t, r.stderr)
		})
		t.Run("a message may come in any pieces", func(t *testing.T) {
			padded := strings.Replace(hello, "{", `{"x":"`+strings.Repeat("x", 64<<10)+`",`, 1)
			for name, pieces := range map[string][]string{
				"byte by byte":     strings.Split(message(hello), ""),
				"header, then all": {message(hello)[:4], message(hello)[4:]},
				"over 64 KiB":      {message(padded)},
			} {
				p := openPort(t, home(t), args...)
				for _, piece := range pieces {
					_, err := io.WriteString(p.in, piece)
					require.NoError(t, err, name)
					eventually(t, func() bool { return unread(t, p.in) == 0 }, "the piece is read")
				}
				assert.True(t, p.next().OK, name)
				require.NoError(t, p.in.Close())
				assert.Zero(t, p.end(), name)
			}
		})
		t.Run("200 messages in one write get 200 answers", func(t *testing.T) {
			var all strings.Builder
			for i := range 200 {
				all.WriteString(message(fmt.Sprintf(`{"id":"r%d","type":"hello","protocol":[1]}`, i)))
			}
			r := runHost(t, strings.NewReader(all.String()), home(t), args...)
			seen := map[string]int{}
			for _, a := range r.answers {
				assert.True(t, a.OK)
				seen[a.ID]++
			}
			assert.Len(t, seen, 200)
			assert.Len(t, r.answers, 200)
		})
		t.Run("what is no message of ours is refused, and the port survives", func(t *testing.T) {
			for name, m := range notMessages() {
				env := home(t)
				r := runHost(t, strings.NewReader(message(m.body)+message(hello)), env, args...)
				require.Equal(t, []session.Code{m.code, ""}, codes(r), name)
				assert.Zero(t, r.exit, name)
				refusal := r.answers[0].Fault
				assert.NotEmpty(t, refusal.Sentence, name)
				assert.NotEmpty(t, refusal.Next, name)
				assert.NotContains(t, refusal.Detail+r.stderr, canary, name)
				assert.NotContains(t, hostLog(t, env), canary, name)
			}
		})
		t.Run("a frame may have 1 MiB and not a byte more", func(t *testing.T) {
			sized := func(n int) string {
				return strings.Replace(hello, "{", `{"x":"`+strings.Repeat("x", n-len(hello)-len(`"x":"",`))+`",`, 1)
			}
			r := runHost(t, strings.NewReader(message(sized(1<<20))), home(t), args...)
			assert.Equal(t, []session.Code{""}, codes(r))
			for _, n := range []int{1<<20 + 1, 8 << 20, 60 << 20} {
				assertTooLarge(t, runHost(t, strings.NewReader(message(sized(n))), home(t), args...))
			}
		})
	})
}

// canary stands for a secret in what is refused.
const canary = "canary-4711"

type notMessage struct {
	body string
	code session.Code
}

// notMessages are bodies of frames that must not be taken for requests.
func notMessages() map[string]notMessage {
	id := session.NewID().String()
	out := map[string]notMessage{
		"an unknown type":                {`{"id":"1","type":"dance"}`, session.CodeMessageUnknown},
		"an unknown type with a secret":  {`{"id":"1","type":"dance","cookie":"` + canary + `"}`, session.CodeMessageUnknown},
		"a bundle beyond its limit":      {`{"id":"1","type":"check","account":"` + id + `","size":33554433}`, session.CodeBundleTooLarge},
		"invalid UTF-8 in a valid field": {"{\"id\":\"1\",\"type\":\"accounts\",\"cursor\":\"" + canary + "\xff\"}", session.CodeMessageInvalid},
	}
	nest := func(n int) string {
		return `{"id":"1","type":"accounts","cursor":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
	}
	for name, body := range map[string]string{
		"text":                       `hello ` + canary,
		"half an object":             `{"id":"1","type":"sta`,
		"null":                       `null`,
		"an array":                   `[]`,
		"a number":                   `42`,
		"a string":                   `"` + canary + `"`,
		"an empty object":            `{}`,
		"a mark before it":           "\xef\xbb\xbf" + hello,
		"a raw NUL":                  "{\"id\":\"1\",\"type\":\"accounts\",\"cursor\":\"\x00\"}",
		"an escaped NUL in the id":   `{"id":"1\u0000","type":"state"}`,
		"an escaped NUL in an id":    `{"id":"1","type":"account","account":"` + id[:len(id)-1] + `\u0000"}`,
		"a lone surrogate":           `{"id":"1","type":"accounts","cursor":"\ud800"}`,
		"9,000 levels":               nest(9_000),
		"20,000 levels":              nest(20_000),
		"half a million levels":      nest(500_000),
		"a key twice":                `{"id":"1","type":"state","type":"state"}`,
		"a key in capitals":          `{"id":"1","TYPE":"state"}`,
		"a field in capitals":        `{"id":"1","type":"accounts","CURSOR":"` + canary + `"}`,
		"bytes behind it":            `{"id":"1","type":"state"} ` + canary,
		"two objects":                `{"id":"1","type":"state"}{"id":"2","type":"state"}`,
		"a field of no request":      `{"id":"1","type":"state","vault":"http://` + canary + `.example"}`,
		"a secret in no field":       `{"id":"1","type":"delete","account":"` + id + `","cookies":[{"value":"` + canary + `"}]}`,
		"a site of the caller's":     `{"id":"1","type":"share","account":"` + id + `","size":1,"key":"k","site":"https://` + canary + `.example"}`,
		"a path instead of an id":    `{"id":"1","type":"delete","account":"../../` + canary + `"}`,
		"a number beyond any":        `{"id":"1","type":"check","account":"` + id + `","size":1e400}`,
		"a number beyond exactness":  `{"id":"1","type":"check","account":"` + id + `","size":9007199254740993.5}`,
		"a fraction":                 `{"id":"1","type":"check","account":"` + id + `","size":1.5}`,
		"minus zero":                 `{"id":"1","type":"check","account":"` + id + `","size":-0}`,
		"a text instead of a number": `{"id":"1","type":"check","account":"` + id + `","size":"7"}`,
	} {
		out[name] = notMessage{body, session.CodeMessageInvalid}
	}
	return out
}

func codes(r hostRun) []session.Code {
	var out []session.Code
	for _, a := range r.answers {
		out = append(out, a.Fault.Code)
	}
	return out
}

// assertTooLarge is the end of a stream that cannot be read any further.
func assertTooLarge(t *testing.T, r hostRun) {
	t.Helper()
	assert.Equal(t, []session.Code{session.CodeFrameTooLarge}, codes(r))
	assert.Equal(t, 1, r.exit)
}
