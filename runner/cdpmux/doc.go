// Package cdpmux shares one connection to a browser's DevTools between several
// clients. The browser speaks over a pipe that only this process holds, so that
// no debugging port is open to other users of the machine. Clients are the
// runner itself (Client, in process) and the programs that it starts (Server, a
// WebSocket on 127.0.0.1 behind an address that cannot be guessed).
//
// Each client gets a browser session of its own (Target.attachToBrowserTarget),
// so that what one client switches on (discovery, auto-attach, events) is its
// own affair. Message ids are renumbered on the way in and put back on the way
// out. A session belongs to the client under whose session it was attached;
// messages for a session of another client are refused as if it did not exist.
//
// A target that waits for a debugger starts when each client that the browser
// reported the wait to has resumed it.
//
// The package reads messages only as far as it must to route them and passes
// their contents on byte for byte. It logs nothing, since messages hold secrets.
// The protocol: https://chromedevtools.github.io/devtools-protocol/
package cdpmux
