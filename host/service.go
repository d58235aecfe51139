package host

import (
	"context"
	"errors"
	"sync"
	"time"

	"sessionferry/apps/catalogue"
	"sessionferry/envelope"
	"sessionferry/host/config"
	"sessionferry/host/keystore"
	"sessionferry/host/vaultclient"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

// Service does what the person asks for. Its methods are safe for use by
// several goroutines; their errors are session errors.
type Service struct {
	Dirs      config.Dirs
	Keys      *keystore.Store
	Catalogue *catalogue.Catalogue // nil: the embedded one
	Now       func() time.Time

	mu   sync.Mutex
	link *link
}

// link is the connection to the vault that the enrolment names. It is made on
// first need, since reading the keyring takes longer than starting the program.
type link struct {
	enrolment *config.Enrolment
	vault     *vaultclient.Client
}

// New returns the service of the current user in the given folders, with the apps
// of this build and those of the person's folder of apps.
func New(dirs config.Dirs) *Service {
	known, err := catalogue.Open(dirs.Apps())
	if err != nil {
		known = nil // a folder that cannot be used is the doctor's to tell; the embedded apps work
	}
	return &Service{Dirs: dirs, Keys: keystore.System(), Catalogue: known, Now: time.Now}
}

// connect returns the link, CodeNotEnrolled if there is no enrolment or the
// device's key is gone.
func (s *Service) connect(ctx context.Context) (*link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil {
		return s.link, nil
	}
	e, err := s.Dirs.Enrolment()
	if err != nil {
		return nil, err
	}
	keys, err := s.keys(ctx)
	if err != nil {
		return nil, err
	}
	token, err := s.Keys.Token(ctx)
	if err != nil && !errors.Is(err, keystore.ErrNotFound) { // without one the key fetches one
		return nil, err
	}
	client, err := vaultclient.New(e.Vault, vaultapi.Credentials{Key: keys.DPoP(), Token: token, Keep: s.keepToken})
	if err != nil {
		return nil, err
	}
	s.link = &link{e, client}
	return s.link, nil
}

// keepToken keeps a token for the next start of this program. A keyring that does
// not take it costs that start one request more.
func (s *Service) keepToken(ctx context.Context, token string) { _ = s.Keys.SaveToken(ctx, token) }

// disconnect forgets the link, after an enrolment or its end.
func (s *Service) disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.link = nil
}

// keys returns the device's keys. They are made by Login; a device whose key is
// gone is not enrolled any more.
func (s *Service) keys(ctx context.Context) (*envelope.Keys, error) {
	seeds, err := s.Keys.Seeds(ctx)
	if errors.Is(err, keystore.ErrNotFound) {
		return nil, session.Errorf(session.CodeNotEnrolled, "the keyring holds no key").Because(err)
	}
	if err != nil {
		return nil, err
	}
	return seeds.Keys(envelope.RoleDevice)
}
