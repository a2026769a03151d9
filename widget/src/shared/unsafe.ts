// A module of its own, as the launcher gives it to the files that it loads.
export { unsafe } from "./generated";
