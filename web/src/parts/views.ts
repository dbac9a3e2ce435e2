// The views by their kinds. One more is a function here, and a section that Python writes.

import { figure } from "./figure";
import { link } from "./linked";
import type { View } from "./model";
import { table } from "./table";
import { toolbar } from "./toolbar";

/** Brings a view to life; what it returns ends it. */
export const views: Record<string, (view: View) => () => void> = {
  figure,
  table,
  toolbar,
  chips: link,
  compare: link,
  metrics: link,
};
