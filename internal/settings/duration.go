package settings

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// DurationVar defines a setting that is a time, which may be given in days: 30d, or
// 1d12h, beside the forms of time.ParseDuration.
func (s *Set) DurationVar(p *time.Duration, name string, value time.Duration, usage string) {
	*p = value
	s.Var((*duration)(p), name, usage)
}

type duration time.Duration

// Set implements pflag.Value.
func (d *duration) Set(text string) error {
	v, err := parseDuration(text)
	if err != nil {
		return fmt.Errorf("it is %s", wants[d.Type()])
	}
	*d = duration(v)
	return nil
}

// Type implements pflag.Value.
func (d *duration) Type() string { return "duration" }

// String implements pflag.Value: whole days as such, all else as time.Duration.
func (d *duration) String() string {
	v := time.Duration(*d)
	if v > 0 && v%day == 0 {
		return fmt.Sprintf("%dd", v/day)
	}
	return v.String()
}

func parseDuration(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		return time.ParseDuration(text)
	}
	n, err := strconv.ParseUint(days, 10, 32)
	if err != nil || time.Duration(n) > math.MaxInt64/day {
		return 0, errors.New("no number of days")
	}
	v := time.Duration(n) * day
	if rest == "" {
		return v, nil
	}
	more, err := time.ParseDuration(rest)
	if err != nil || more < 0 || strings.HasPrefix(rest, "+") || v+more < v {
		return 0, errors.New("no time behind the days")
	}
	return v + more, nil
}
