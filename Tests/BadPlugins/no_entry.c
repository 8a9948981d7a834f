/* A shared library, but not a plugin. */
int cupel_something_else(void);
int cupel_something_else(void) { return 1; }
