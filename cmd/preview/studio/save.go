package studio

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"missive/themes"
	"missive/widget/problem"
)

// save writes the draft into the theme's file, unless that has changed since it was read.
func (s *Studio) save(w http.ResponseWriter, d draft, now opened, theme, drafted themes.Theme) {
	switch {
	case now.File == "":
		refuse(w, http.StatusUnprocessableEntity, *problem.New(theme.Name+" is a shipped theme, and has no file here", "save it as a theme of your own"))
		return
	case now.Version != d.Version:
		refuse(w, http.StatusConflict, *problem.New(now.File+" was changed by somebody else", "see what it says now, then save again"))
		return
	}
	text, inTheWay := theme.Edit(drafted)
	if inTheWay != nil {
		refuse(w, http.StatusUnprocessableEntity, *problem.New(now.File+": "+inTheWay.Message, inTheWay.Hint))
		return
	}
	if err := replace(filepath.Join(s.folder, theme.Name+".toml"), text); err != nil {
		refuse(w, http.StatusInternalServerError, cannotWrite(now.File, err))
		return
	}
	s.open(w, theme.Name)
}

// create writes a theme that extends another one and looks like the draft of it.
func (s *Studio) create(w http.ResponseWriter, name string, theme, drafted themes.Theme) {
	if f := s.checkName(name); f != nil {
		refuse(w, http.StatusUnprocessableEntity, *f)
		return
	}
	path := filepath.Join(s.folder, name+".toml")
	err := os.MkdirAll(s.folder, 0o755)
	if err == nil {
		err = writeNew(path, themes.NewFile(theme.Name, theme.Child(drafted)))
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		refuse(w, http.StatusUnprocessableEntity, nameTaken(name))
	case err != nil:
		refuse(w, http.StatusInternalServerError, cannotWrite(path, err))
	default:
		s.open(w, name)
	}
}

// checkName is what is wrong with the name of a new theme, nil when it is fine.
func (s *Studio) checkName(name string) *problem.Problem {
	if name == "" {
		return problem.New("the name is missing", `write one, such as "spring"`)
	}
	if f := themes.CheckName(name); f != nil {
		return f
	}
	if slices.Contains(themes.Names(s.folder), name) {
		f := nameTaken(name)
		return &f
	}
	return nil
}

func nameTaken(name string) problem.Problem {
	return *problem.New("there is a theme "+problem.Quote(name)+" already", "take another name: no theme is overwritten")
}

func cannotWrite(file string, err error) problem.Problem {
	return *problem.New(file+" can't be written: "+err.Error(), "make sure that you may write there, then save again")
}

// writeNew writes a file that must not be there yet, whole or not at all.
func writeNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		os.Remove(path) // else half of the text would be a theme, and its name taken
	}
	return err
}

// replace writes a file that is there, whole or not at all, and leaves who may read it as it was.
func replace(path string, text []byte) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(path), ".studio-*")
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name()) // which isn't there any more when all went well
	_, err = beside.Write(text)
	if err = errors.Join(err, beside.Chmod(info.Mode().Perm()), beside.Close()); err != nil {
		return err
	}
	return os.Rename(beside.Name(), path)
}
