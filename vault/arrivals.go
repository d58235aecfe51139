package vault

import "sync"

// arrivals wakes the runners that wait for shares to confirm.
type arrivals struct {
	mu   sync.Mutex
	next chan struct{}
}

func newArrivals() *arrivals { return &arrivals{next: make(chan struct{})} }

// wait returns a channel that is closed at the next arrival.
func (a *arrivals) wait() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.next
}

func (a *arrivals) wake() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.next)
	a.next = make(chan struct{})
}
