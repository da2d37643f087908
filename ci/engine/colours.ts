/** A text without the engine's colour commands (pulumi/pulumi sdk/go/common/diag/colors/colors.go) and a terminal's. */
export function withoutColours(text: string): string {
  return text.replaceAll(/<\{%[^%]*%\}>/g, "").replaceAll(/\p{Cc}\[[\d;]*m/gu, "");
}
