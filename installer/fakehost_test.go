//go:build linux

package installer

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sessionferry/internal/version"
)

// The test program is a host when a browser's arguments start it. These variables
// tell it how to behave and where to tell how it was started.
const (
	behaviour = "FAKE_HOST"
	record    = "FAKE_HOST_RECORD"
)

// forever is how long a host that never ends goes on: a doctor that waits for it
// ends by the time limit of all tests.
const forever = time.Hour

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (strings.Contains(os.Args[1], "-extension://") || strings.HasSuffix(os.Args[1], ".json")) {
		os.Exit(fakeHost(os.Getenv(behaviour)))
	}
	os.Exit(m.Run())
}

func fakeHost(how string) int {
	if path := os.Getenv(record); path != "" {
		dir, _ := os.Getwd()
		_ = os.WriteFile(path, []byte(strings.Join(append(os.Args[1:], dir), "\n")), 0o600)
	}
	var head [4]byte
	_, _ = io.ReadFull(os.Stdin, head[:])
	_, _ = io.ReadFull(os.Stdin, make([]byte, binary.NativeEndian.Uint32(head[:])))
	told := version.Version
	switch how {
	case "stops":
		fmt.Fprintln(os.Stderr, "first\nlast \x1b[1mwords")
		return 3
	case "is silent":
		time.Sleep(forever)
	case "prints":
		fmt.Println("Starting Sessionferry")
	case "prints little":
		fmt.Print("ok")
		return 0
	case "sends half":
		answer(`{"id":"doctor"`+strings.Repeat(" ", 20), 10)
		return 0
	case "refuses":
		answer(`{"id":"doctor","ok":false,"error":{"code":"version_unsupported"}}`, 0)
	case "answers another":
		answer(`{"id":"","ok":true}`, 0)
	case "answers badly":
		answer(`oops`, 0)
	case "is old":
		told = "0.0.9"
	}
	answer(fmt.Sprintf(`{"id":"doctor","ok":true,"result":{"protocol":1,"host":%q,"capabilities":[]}}`, told), 0)
	switch how {
	case "prints later":
		fmt.Println("one more thing")
	case "fails":
		fmt.Fprintln(os.Stderr, "cannot write the log")
		return 5
	case "lingers":
		time.Sleep(forever)
	case "leaves a child":
		child := exec.Command("sleep", fmt.Sprint(forever.Seconds()))
		child.Stdout = os.Stdout
		_ = child.Start()
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// answer sends a message, less its last bytes.
func answer(body string, less int) {
	frame := append(binary.NativeEndian.AppendUint32(nil, uint32(len(body))), body...)
	_, _ = os.Stdout.Write(frame[:len(frame)-less])
}
