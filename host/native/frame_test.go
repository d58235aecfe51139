package native

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

func frame(body string) []byte {
	return append(binary.NativeEndian.AppendUint32(nil, uint32(len(body))), body...)
}

func header(n uint32) []byte { return binary.NativeEndian.AppendUint32(nil, n) }

func TestReader(t *testing.T) {
	limit := strings.Repeat("x", MaxFrame)
	t.Run("frames in one write, in single bytes and of the full size", func(t *testing.T) {
		all := bytes.Join([][]byte{frame(`{"a":1}`), frame(limit), frame("z")}, nil)
		for _, r := range []io.Reader{bytes.NewReader(all), iotest.OneByteReader(bytes.NewReader(all)), iotest.DataErrReader(bytes.NewReader(all))} {
			fr := NewReader(r)
			for _, want := range []string{`{"a":1}`, limit, "z"} {
				got, err := fr.Next()
				require.NoError(t, err)
				assert.Equal(t, want, string(got))
			}
			_, err := fr.Next()
			assert.Equal(t, io.EOF, err)
		}
	})
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"nothing":               {nil, io.EOF},
		"one byte of a length":  {[]byte{1}, ErrTruncated},
		"three bytes":           {[]byte{1, 0, 0}, ErrTruncated},
		"a length and no body":  {header(5), ErrTruncated},
		"half a body":           {frame("hello")[:6], ErrTruncated},
		"length 0":              {header(0), session.Errorf(session.CodeFrameEmpty, "")},
		"one byte too many":     {header(MaxFrame + 1), session.Errorf(session.CodeFrameTooLarge, "")},
		"64 MiB":                {header(64 << 20), session.Errorf(session.CodeFrameTooLarge, "")},
		"the largest length":    {header(0xffffffff), session.Errorf(session.CodeFrameTooLarge, "")},
		"the other byte order":  {[]byte{0, 0, 0, 200}, session.Errorf(session.CodeFrameTooLarge, "")},
		"text instead of bytes": {[]byte("hello, this is no frame"), session.Errorf(session.CodeFrameTooLarge, "")},
	} {
		t.Run(name, func(t *testing.T) {
			allocated := testing.AllocsPerRun(1, func() {
				_, err := NewReader(bytes.NewReader(c.in)).Next()
				require.True(t, errors.Is(err, c.want), "%v", err)
			})
			assert.Less(t, allocated, 20.0)
		})
	}
}

func TestWriterNeverExceedsTheBrowsersLimit(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	require.NoError(t, w.Write(strings.Repeat("x", MaxFrame-2))) // and two quotes
	assert.Equal(t, 4+MaxFrame, out.Len())
	out.Reset()
	err := w.Write(strings.Repeat("x", MaxFrame-1))
	assert.Equal(t, session.CodeReplyTooLarge, session.CodeOf(err))
	assert.Zero(t, out.Len())
}

func FuzzReader(f *testing.F) {
	f.Add(frame(`{"id":"1","type":"hello","protocol":[1]}`))
	f.Add(header(0xffffffff))
	f.Add(append(frame("{}"), 1, 2))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewReader(bytes.NewReader(data))
		for used := 0; ; {
			body, err := r.Next()
			if session.CodeOf(err) == session.CodeFrameEmpty {
				used += 4
				continue
			}
			if err != nil {
				return
			}
			if string(data[used+4:][:len(body)]) != string(body) {
				t.Fatal("a frame that is not in the input")
			}
			used += 4 + len(body)
		}
	})
}
