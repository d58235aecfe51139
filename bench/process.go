package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"os/exec"

	"sessionferry/manifest"
)

// process is a host that was started as Chromium starts it.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.Reader
}

func startHost(ctx context.Context, program string, env []string) (*process, error) {
	cmd := exec.CommandContext(ctx, program, "chrome-extension://"+manifest.ExtensionID+"/")
	cmd.Env, cmd.Stderr = env, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &process{cmd, stdin, stdout}, cmd.Start()
}

// send writes v as one frame.
func (p *process) send(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = p.stdin.Write(append(binary.NativeEndian.AppendUint32(nil, uint32(len(body))), body...))
	return err
}

// receive reads the body of the next frame.
func (p *process) receive() ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(p.stdout, head[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.NativeEndian.Uint32(head[:]))
	_, err := io.ReadFull(p.stdout, body)
	return body, err
}

// close ends the host as a browser does, by the end of its input.
func (p *process) close() error {
	if err := p.stdin.Close(); err != nil {
		return err
	}
	return p.cmd.Wait()
}
