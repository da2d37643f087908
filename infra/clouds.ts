/** The clouds that Trinity runs on. Each has a program of the same name. */
export const cloudNames = ["aws", "gcp", "azure"] as const;

export type CloudName = (typeof cloudNames)[number];
