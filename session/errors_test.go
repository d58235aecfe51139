package session

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the table of error codes into docs/protocol.md")

func TestCodeTable(t *testing.T) {
	seen := map[Code]bool{}
	for _, row := range CodeTable() {
		require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, row.Code)
		require.False(t, seen[row.Code], "%s twice", row.Code)
		seen[row.Code] = true
		require.True(t, row.Code.Known())
		require.Equal(t, Message{row.Sentence, row.Next}, row.Code.Message())
		for _, text := range []string{row.Sentence, row.Next} {
			require.Regexp(t, `^[A-Z].*\.$`, text, row.Code)
			require.NotRegexp(t, `[|\n]|  |\.\.$`, text, row.Code)
		}
	}
	require.False(t, Code("unheard_of").Known())
	require.Equal(t, CodeInternal.Message(), Code("unheard_of").Message())
}

// A constant without a row would show people the sentence of "internal".
func TestEachCodeHasARow(t *testing.T) {
	src, err := os.ReadFile("codes.go")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^\tCode\w+ +Code = "(\w+)"$`).FindAllStringSubmatch(string(src), -1)
	require.Len(t, found, len(codeTable))
	for i, m := range found {
		require.Equal(t, Code(m[1]), codeTable[i].Code, "constants and rows are in one order")
	}
}

func TestCodeTableIsACopy(t *testing.T) {
	CodeTable()[0].Sentence = "changed"
	require.NotEqual(t, "changed", CodeTable()[0].Sentence)
}

// The page is the contract; run with -update after a code was appended.
func TestProtocolPageHasTheTable(t *testing.T) {
	const page, begin, end = "../docs/protocol.md", "<!-- errors:begin -->\n", "<!-- errors:end -->"
	data, err := os.ReadFile(page)
	require.NoError(t, err)
	head, rest, ok := strings.Cut(string(data), begin)
	require.True(t, ok, "the page has lost its first marker")
	_, tail, ok := strings.Cut(rest, end)
	require.True(t, ok, "the page has lost its second marker")

	var b strings.Builder
	b.WriteString("| code | sentence | next step |\n|---|---|---|\n")
	for _, row := range CodeTable() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", row.Code, row.Sentence, row.Next)
	}
	want := head + begin + b.String() + end + tail
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(data), "run go test ./session -run ProtocolPage -update")
}

func TestErrorText(t *testing.T) {
	require.Equal(t, "keyring_locked: The keyring is locked. Unlock it and try again.", Errorf(CodeKeyringLocked, "").Error())
	require.Equal(t, "keyring_locked: The keyring is locked. (2 of 3) Unlock it and try again.",
		Errorf(CodeKeyringLocked, "%d of %d", 2, 3).Error())
}

func TestErrorHidesItsCause(t *testing.T) {
	err := Errorf(CodeVaultUnreachable, "").Because(fmt.Errorf("token abc: %w", io.ErrUnexpectedEOF))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotContains(t, err.Error(), "abc")
	data, jerr := Marshal(err)
	require.NoError(t, jerr)
	require.NotContains(t, string(data), "abc")
}

func TestCodeOfAndAsError(t *testing.T) {
	own := Errorf(CodeNotOwner, "")
	wrapped := fmt.Errorf("while sharing: %w", own)
	require.Equal(t, CodeNotOwner, CodeOf(wrapped))
	require.Same(t, own, AsError(wrapped))
	require.ErrorIs(t, wrapped, &Error{Code: CodeNotOwner})
	require.NotErrorIs(t, wrapped, &Error{Code: CodeNotFound})

	foreign := errors.New("secret")
	require.Equal(t, CodeInternal, CodeOf(foreign))
	require.ErrorIs(t, AsError(foreign), foreign)
	require.NotContains(t, AsError(foreign).Error(), "secret")
	require.Empty(t, CodeOf(nil))
}

func TestExplain(t *testing.T) {
	e := Errorf(CodeNotFound, "which")
	m := CodeNotFound.Message()
	require.Equal(t, "prog: "+m.Sentence+" (which)\n  "+m.Next+"  [not_found]\n", e.Explain("prog", ""))
	require.Equal(t, "prog: "+m.Sentence+"\n  Do that.  [not_found]\n", Errorf(CodeNotFound, "").Explain("prog", "Do that."))
}
