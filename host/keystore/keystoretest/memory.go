// Package keystoretest has a keyring for tests of what rests on one.
package keystoretest

import (
	"sync"

	"sessionferry/host/keystore"
)

// Memory is a keyring that always works. Its zero value is empty.
type Memory struct {
	mu    sync.Mutex
	items map[string]string
}

// Get implements keystore.Backend.
func (m *Memory) Get(service, user string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.items[service+user]; ok {
		return v, nil
	}
	return "", keystore.ErrNotFound
}

// Set implements keystore.Backend.
func (m *Memory) Set(service, user, secret string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.items == nil {
		m.items = map[string]string{}
	}
	m.items[service+user] = secret
	return nil
}

// Delete implements keystore.Backend.
func (m *Memory) Delete(service, user string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.items, service+user)
	return nil
}
