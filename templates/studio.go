package templates

// Studio returns the page on which designers work on themes. What it shows comes from the preview's answers.
func (s *Set) Studio() ([]byte, error) { return s.render("studio.html.tmpl", nil) }
