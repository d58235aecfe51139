package apps

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"sessionferry/apps/catalogue"
)

// notAfter is when a sign-in runs out at the latest: the latest, over the
// satisfied alternatives of signed_in, of each one's earliest expiry. What is
// read by expires ends every alternative. An alternative that nothing ends makes
// the whole endless, since the app goes on accepting it.
func (e *evaluation) notAfter(t *tenant) *time.Time {
	latest := math.Inf(-1)
	for _, hits := range t.alternatives {
		earliest := math.Inf(1)
		for _, end := range t.ends {
			earliest = min(earliest, end)
		}
		for _, it := range itemsOf(hits) {
			if it.Expires != nil && !e.rotates(it) {
				earliest = min(earliest, *it.Expires)
			}
		}
		latest = max(latest, earliest)
	}
	return timeOf(latest)
}

// rotates reports whether the item is renewed within minutes, so that its
// expiry says nothing about the sign-in.
func (e *evaluation) rotates(it *Item) bool {
	return slices.ContainsFunc(e.rule.Rotating, func(s catalogue.Selector) bool {
		return s.Store == it.Store && s.Name.Match(it.Name) != nil && placed(&s, it)
	})
}

// seconds reads times in seconds since 1970; what is none is passed over.
func seconds(value string, via []catalogue.Op) []float64 {
	vals, _ := run(value, via)
	var out []float64
	for _, v := range vals {
		var s string
		switch v := v.(type) {
		case string:
			s = strings.TrimSpace(v)
		case json.Number:
			s = v.String()
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsNaN(f) {
			out = append(out, f)
		}
	}
	return out
}

// secondsOf is t in seconds since 1970.
func secondsOf(t time.Time) float64 { return float64(t.Unix()) + float64(t.Nanosecond())/1e9 }

// timeOf is nil for what no calendar holds.
func timeOf(sec float64) *time.Time {
	const year9999 = 253402300799
	if !(sec >= 0 && sec <= year9999) {
		return nil
	}
	whole, part := math.Modf(sec)
	t := time.Unix(int64(whole), int64(part*1e9)).UTC()
	return &t
}
