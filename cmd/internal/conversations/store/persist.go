package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"missive/widget/problem"
)

// formatVersion is the version of the file. Older ones are read, newer ones are not.
const formatVersion = 2

// Open reads the store that Save wrote to file; without the file it is new.
func Open(file string, o Options) (*Store, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return New(o), nil
	}
	if err != nil {
		return nil, err
	}
	s := blank(o)
	if err := s.decode(text); err != nil {
		return nil, problem.In(file, err, "delete the file to start without the old conversations")
	}
	// No client is connected to a server that has just started. SetOnline, so that those who reconnect are told who went offline.
	for identity := range s.state.Users {
		s.SetOnline(identity, false)
	}
	return s, nil
}

func (s *Store) decode(text []byte) error {
	if err := json.Unmarshal(text, &s.state); err != nil {
		return errors.New("the saved conversations can't be read: " + err.Error())
	}
	old := s.state.Version
	if old < 1 || old > formatVersion {
		return fmt.Errorf("the saved conversations have format %d, this program reads those up to %d", old, formatVersion)
	}
	if old == 1 {
		s.upgrade()
	}
	if err := s.state.check(); err != nil {
		return fmt.Errorf("the saved conversations are damaged: %w", err)
	}
	s.link()
	return nil
}

// upgrade gives everybody of a file of version 1, which knew no roles, those of a new service. There everybody saw who was online.
func (s *Store) upgrade() {
	s.state.Version = formatVersion
	s.state.Roles, s.state.Configuration = map[string]*Role{}, Configuration{Reachability: true}
	s.addDefaultRoles()
	for _, u := range s.state.Users {
		if u != nil { // else the check tells
			u.Role, u.Known = s.state.Configuration.ServiceRole, u.Online
		}
	}
	for _, c := range s.state.Conversations {
		if c == nil {
			continue
		}
		for _, e := range c.Roster.Entries {
			if e == nil || e.Value == nil {
				continue
			}
			e.Value.Role = s.state.Configuration.ConversationRole
			if e.Value.Identity == c.CreatedBy {
				e.Value.Role = s.state.Configuration.CreatorRole
			}
		}
	}
}

// check finds what would make the store panic later, or let somebody do more than they should.
func (s *state) check() error {
	for sid, r := range s.Roles {
		if r == nil || r.SID != sid {
			return fmt.Errorf("role %q is incomplete", sid)
		}
		if _, err := checkPermissions(r.Type, r.Permissions); err != nil {
			return fmt.Errorf("role %q has unknown permissions", sid)
		}
	}
	if c := s.Configuration; !s.isRole(c.ServiceRole, ServiceRole) || !s.isRole(c.ConversationRole, ConversationRole) || !s.isRole(c.CreatorRole, ConversationRole) {
		return errors.New("the configuration has an unknown role")
	}
	for sid, m := range s.Uploads {
		if m == nil || m.SID != sid || !isSID("ME", sid) {
			return fmt.Errorf("file %q is incomplete", sid)
		}
	}
	for sid, c := range s.Conversations {
		if c == nil || c.ID != sid || c.SyncDocument == "" || c.Roster.ID == "" || c.Messages.ID == "" {
			return fmt.Errorf("conversation %q is incomplete", sid)
		}
		if !c.Roster.sound(true) || !c.Messages.sound(true) {
			return fmt.Errorf("conversation %q is out of order", sid)
		}
		for _, m := range c.AllMessages() {
			if slices.ContainsFunc(m.Media, func(f *Media) bool { return f == nil || !isSID("ME", f.SID) }) {
				return fmt.Errorf("conversation %q has an incomplete file", sid)
			}
		}
		for _, e := range c.Roster.Entries {
			if s.Users[e.Value.Identity] == nil {
				return fmt.Errorf("conversation %q has an unknown participant", sid)
			}
			if !s.isRole(e.Value.Role, ConversationRole) {
				return fmt.Errorf("conversation %q has a participant with an unknown role", sid)
			}
		}
	}
	for identity, u := range s.Users {
		if u == nil || u.Identity != identity || u.Info.ID == "" || u.Joined.ID == "" {
			return fmt.Errorf("user %q is incomplete", identity)
		}
		if !u.Info.sound(false) || !u.Joined.sound(true) {
			return fmt.Errorf("user %q is out of order", identity)
		}
		if !s.isRole(u.Role, ServiceRole) {
			return fmt.Errorf("user %q has an unknown role", identity)
		}
		for _, e := range u.Joined.Entries {
			c := s.Conversations[e.Key]
			if c == nil || c.participant(identity) == nil {
				return fmt.Errorf("user %q is in an unknown conversation", identity)
			}
		}
	}
	return nil
}

// Version grows with each change.
func (s *Store) Version() int { return s.version }

// Encode returns what a file is to hold.
func (s *Store) Encode() ([]byte, error) { return json.Marshal(s.state) }

// Save writes what Encode returned. The file is replaced as a whole: at any moment it can be read.
func Save(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	// os.CreateTemp makes a file that only this user can read: on a shared machine others must not read the messages.
	temp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.tmp")
	if err != nil {
		return err
	}
	_, err = temp.Write(text)
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		os.Remove(temp.Name())
	}
	return err
}
