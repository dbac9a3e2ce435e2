// All that a page and a notebook need of the views.

export { page } from "./page";
export { widget } from "./widget";
