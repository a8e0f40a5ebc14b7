"""Pages for people: server-rendered, without need of JavaScript."""
