package testbed

import (
	"context"
	"path/filepath"
)

// EndSessions ends every session of a MediaWiki user on the server, "remember
// me" tokens included, as an administrator does when an account is at risk.
// Signing out would not do: such a token outlives it.
func (b *Bed) EndSessions(ctx context.Context, user string) error {
	_, err := b.Run(ctx, "", "php", filepath.Join(mediawikiDir, "maintenance", "invalidateUserSessions.php"), "--user", user)
	return err
}
