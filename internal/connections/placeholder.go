package connections

import (
	"fmt"
	"regexp"
	"strings"
)

// Env looks a variable of the environment up; ok is false when it is not set.
type Env func(name string) (value string, ok bool)

var (
	placeholder = regexp.MustCompile(`\$\{([^}]*)\}`)
	envName     = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// EnvError says that a variable of the environment that a connection refers to is not set, or is empty.
type EnvError struct {
	Connection, Key, Variable string
}

func (e *EnvError) Error() string {
	return fmt.Sprintf("connection %s: %s needs the environment variable %s, which is not set", e.Connection, e.Key, e.Variable)
}

// checkPlaceholders gives what is wrong with the references of a text.
func checkPlaceholders(text string) string {
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		name, isEnv := strings.CutPrefix(found[1], "env:")
		switch {
		case isEnv && !envName.MatchString(name):
			return fmt.Sprintf("%q is no name of an environment variable", name)
		case !isEnv && found[1] != "connection":
			return fmt.Sprintf("${%s} is not known here; expected ${env:NAME} or ${connection}", found[1])
		}
	}
	if strings.Contains(placeholder.ReplaceAllString(text, ""), "${") {
		return "a reference is not closed; expected ${env:NAME} or ${connection}"
	}
	return ""
}

func envNames(text string) []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		if name, ok := strings.CutPrefix(found[1], "env:"); ok {
			names = append(names, name)
		}
	}
	return names
}

// expand puts the connection's name and the environment in. With no env, a text that needs it is left as it is.
func (c *Connection) expand(key string, env Env) (string, error) {
	var missing string
	text := placeholder.ReplaceAllStringFunc(c.values[key].text, func(found string) string {
		name, isEnv := strings.CutPrefix(found[2:len(found)-1], "env:")
		if !isEnv {
			return c.Name
		}
		value, ok := "", false
		if env != nil {
			value, ok = env(name)
		}
		if (!ok || value == "") && missing == "" {
			missing = name
		}
		return value
	})
	if missing != "" {
		return "", &EnvError{Connection: c.Name, Key: key, Variable: missing}
	}
	return text, nil
}
