// A terminal, and a CI (jest's workers and picocolors take CI for one), ask
// for colours: what the tests compare must not depend on who runs them.
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = "1";
