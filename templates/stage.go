package templates

// StageData is what a stage of the preview tells: which state of the widget it shows, and how.
type StageData struct {
	// Build names what is shown. The page reloads when a newer one is announced.
	Build string
	// Account is the one whose chat is on the stage.
	Account string
	// Theme and State are names.
	Theme, State string
	// Scheme is "light" or "dark".
	Scheme string
	// RTL: the page, and all that is said on it, goes from right to left.
	RTL bool
	// Long: names and messages are.
	Long bool
}

// Stage returns a page with nothing but the widget, in one of its states.
func (s *Set) Stage(d StageData) ([]byte, error) { return s.render("stage.html.tmpl", d) }

// SheetData is what the contact sheet shows: each state of each theme, in each scheme.
type SheetData struct {
	Themes          []ThemeData
	States, Schemes []string
	// Left: the chat is in that corner of the page.
	Left bool
}

// ThemeData is what is said of a theme.
type ThemeData struct{ Name, Description string }

// Sheet returns a page with stages of all themes beside each other.
func (s *Set) Sheet(d SheetData) ([]byte, error) { return s.render("sheet.html.tmpl", d) }
