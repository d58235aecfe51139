package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestHostNeverMisleadsABrowser reads all that the built host writes in answer
// to anything, a lying vault included. Each part is something that browsers meet
// with silence, a closed port or altered data.
func TestHostNeverMisleadsABrowser(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t)
	card := w.offlineCard()
	inBothForms(t, func(t *testing.T, args []string) {
		w := w.in(t)
		var requests []string
		for _, m := range notMessages() {
			requests = append(requests, message(m.body))
		}
		for i, body := range []string{`"type":"hello","protocol":[1]`, `"type":"state"`, `"type":"apps"`, `"type":"accounts"`,
			`"type":"account","account":"` + card + `"`, `"type":"status","account":"` + card + `"`, `"type":"delete","account":"` + card + `"`,
			`"type":"account","account":"` + session.NewID().String() + `"`, `"type":"account_add","app":"mediawiki","site":"` + offlineSite + `","username":"\u2028\ufeff\ud83d\ude00\"\\ é"`,
			`"type":"account_add","app":"nosuch","site":"x","username":"\n"`} {
			requests = append(requests, message(fmt.Sprintf(`{"id":"q%d",%s}`, i, body)))
		}
		out := w.everything(args, requests)
		for name, lie := range map[string]string{
			"invalid UTF-8":        "{\"accounts\":[{\"username\":\"\xff\"}]}",
			"a lone surrogate":     `{"accounts":[{"username":"\ud800"}]}`,
			"a key twice":          `{"accounts":[],"accounts":[]}`,
			"a number too large":   `{"accounts":[{"session":{"generation":{"share":9007199254740993}}}]}`,
			"100,000 levels":       `{"accounts":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
			"null":                 `null`,
			"nothing":              ``,
			"text":                 `hello`,
			"a page of the web":    `<!doctype html><title>Sign in</title>`,
			"bytes behind it":      `{"accounts":[]} more`,
			"a mark before it":     "\xef\xbb\xbf" + `{"accounts":[]}`,
			"a list without end":   `{"accounts":[` + strings.Repeat(`{},`, 100_000),
			"a name of a megabyte": `{"accounts":[{"username":"` + strings.Repeat("x", 1<<20) + `"}]}`,
		} {
			t.Run("the vault answers with "+name, func(t *testing.T) {
				w := w.in(t)
				w.lie(func(r *http.Request) bool { return r.URL.Path == "/v1/accounts" }, func(rw http.ResponseWriter) { _, _ = io.WriteString(rw, lie) })
				got := w.everything(args, []string{message(`{"id":"v","type":"accounts"}`), message(hello2)})
				assert.Len(t, got, 2)
				out = append(out, got...)
			})
		}
		for _, body := range out {
			assert.NotEmpty(t, body, "an empty frame: Firefox closes the port")
			assert.LessOrEqual(t, len(body), 1<<20, "beyond the limit: both close the port")
			assert.True(t, utf8.Valid(body), "invalid UTF-8: both alter it")
			assert.False(t, bytes.HasPrefix(body, []byte("\xef\xbb\xbf")), "a mark: Chromium drops it silently")
			assert.NotContains(t, string(body), "\x00", "a raw NUL: Firefox closes the port")
			assert.NoError(t, strictly(body), "not one object: Chromium drops it silently, Firefox closes the port")
		}
		answers := map[string]int{}
		for _, body := range out {
			a := readAnswer(t, body)
			if a.ID != "" && a.ID != "1" && a.ID != "v" && a.ID != "2" {
				answers[a.ID]++
			}
		}
		assert.Len(t, answers, 10, "a request without an answer waits for ever")
		for id, n := range answers {
			assert.Equal(t, 1, n, "a second answer to %s is lost", id)
		}
	})
}

// everything gives the host frames, each of which has one answer, and returns
// the bodies of all that it wrote until its end.
func (w *world) everything(args []string, frames []string) [][]byte {
	w.t.Helper()
	p := openPort(w.t, w.bed.Env, args...)
	go func() { _, _ = io.WriteString(p.in, strings.Join(frames, "")) }()
	var out [][]byte
	for range frames {
		out = append(out, p.body())
	}
	require.NoError(w.t, p.in.Close())
	assert.Zero(w.t, p.end())
	more, err := io.ReadAll(p.out)
	require.NoError(w.t, err)
	assert.Empty(w.t, more, "half a frame, or one that answers nothing")
	return out
}

// strictly reports what is not exactly one object of strict JSON, of few levels
// and with numbers that every reader holds exactly.
func strictly(body []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.ReadToken()
		switch {
		case err != nil:
			return err
		case d.StackDepth() > 20:
			return errors.New("many levels")
		case token.Kind() == '0' && !exact(token):
			return errors.New("a number that is rounded")
		case d.StackDepth() > 0:
			continue
		case token.Kind() != '}':
			return errors.New("no object")
		}
		if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
			return errors.New("something behind it")
		}
		return nil
	}
}

func exact(number jsontext.Token) bool {
	f, err := number.Float()
	return err == nil && math.Abs(f) <= 1<<53
}
