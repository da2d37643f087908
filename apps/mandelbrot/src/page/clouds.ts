/** How a cloud is told apart: by colour, by the dashes of its frames, and by name. */
export interface CloudLook {
  readonly title: string;
  /** Of frames on the picture, whatever is beneath. */
  readonly colour: string;
  /** Lengths of dashes and gaps, in CSS pixels; none for a solid line. */
  readonly dashes: readonly number[];
}

const looks: Readonly<Record<string, CloudLook>> = {
  aws: { title: "AWS", colour: "#ff9f43", dashes: [] },
  gcp: { title: "Google Cloud", colour: "#6ea8ff", dashes: [10, 4] },
  azure: { title: "Azure", colour: "#3fd0c0", dashes: [3, 3] },
};

/** The look of a cloud; grey for one that runs in none. */
export function lookOf(cloud: string): CloudLook {
  return looks[cloud] ?? { title: cloud === "local" ? "Local" : cloud, colour: "#c3c9d2", dashes: [] };
}
