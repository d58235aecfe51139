package host

import (
	"context"

	"sessionferry/session"
)

// StatusReport is the answer of Status and Delete.
type StatusReport struct {
	Status  session.Status `json:"status"`
	Applied *bool          `json:"applied,omitempty"` // whether the share of the asked key was taken by the vault
}

// Status returns the status of the account's session. With a key it also tells
// whether the share of that key was applied, so that an interrupted share can be
// found again.
func (s *Service) Status(ctx context.Context, id session.ID, key string) (*StatusReport, error) {
	l, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	status, err := l.vault.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	report := &StatusReport{Status: *status}
	if key != "" {
		current := status.State == session.StateTransferred && status.ShareKey == key
		applied := current || status.Attempt != nil && status.Attempt.ShareKey == key
		report.Applied = &applied
	}
	return report, nil
}

// Delete erases the account's session for good.
func (s *Service) Delete(ctx context.Context, id session.ID) (*StatusReport, error) {
	l, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	status, err := l.vault.Delete(ctx, id)
	if err != nil {
		return nil, err
	}
	return &StatusReport{Status: *status}, nil
}
