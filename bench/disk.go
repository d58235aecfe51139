package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// flushes is how many times the disk that holds a folder was told to make what it
// was given last: one of the numbers that the kernel keeps of a disk.
func flushes(folder string) (int64, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(folder, &st); err != nil {
		return 0, err
	}
	device := fmt.Sprintf("/sys/dev/block/%d:%d/stat", st.Dev>>8&0xfff, st.Dev&0xff|st.Dev>>12&0xfff00)
	text, err := os.ReadFile(device)
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	const flushField = 15 // Documentation/block/stat.rst, since Linux 5.5
	if len(fields) <= flushField {
		return 0, fmt.Errorf("%s does not tell of flushes", device)
	}
	return strconv.ParseInt(fields[flushField], 10, 64)
}
