package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"missive/widget/problem"
)

// formatVersion is the version of the file. A file of another one is not read.
const formatVersion = 1

// Open reads the store that Save wrote to file; without the file it is empty. now may be nil.
func Open(file string, now func() time.Time) (*Store, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return New(now), nil
	}
	if err != nil {
		return nil, err
	}
	s := &Store{now: now}
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
	if s.state.Version != formatVersion {
		return fmt.Errorf("the saved conversations have format %d, this program reads %d", s.state.Version, formatVersion)
	}
	if err := s.state.check(); err != nil {
		return fmt.Errorf("the saved conversations are damaged: %w", err)
	}
	s.link()
	return nil
}

// check finds what is missing or out of order, as it would make the store panic later.
func (s *state) check() error {
	for sid, c := range s.Conversations {
		if c == nil || c.ID != sid || c.SyncDocument == "" || c.Roster.ID == "" || c.Messages.ID == "" {
			return fmt.Errorf("conversation %q is incomplete", sid)
		}
		if !c.Roster.sound(true) || !c.Messages.sound(true) {
			return fmt.Errorf("conversation %q is out of order", sid)
		}
		for _, e := range c.Roster.Entries {
			if s.Users[e.Value.Identity] == nil {
				return fmt.Errorf("conversation %q has an unknown participant", sid)
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
