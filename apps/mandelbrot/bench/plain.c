// What the kernel is measured against: the plain escape loop, one point after the other.
//
//   cc -O3 -ffp-contract=off plain.c -o plain
//   plain <re> <im> <span> <width> <height> <iterations> <runs>
//
// Prints the best run's processor time in nanoseconds, the sum of the counts, and a hash of them (FNV-1a over words).
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint32_t escape_count(double re, double im, uint32_t iterations) {
  double x = 0, y = 0;
  uint32_t count = 0;
  for (; count < iterations; count++) {
    double xx = x * x, yy = y * y;
    if (xx + yy > 4) break;
    y = 2 * x * y + im;
    x = xx - yy + re;
  }
  return count;
}

static double processor_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **arguments) {
  if (count != 8) return 2;
  double re = atof(arguments[1]), im = atof(arguments[2]), span = atof(arguments[3]);
  int width = atoi(arguments[4]), height = atoi(arguments[5]), runs = atoi(arguments[7]);
  uint32_t iterations = (uint32_t)atoi(arguments[6]);
  uint32_t *counts = malloc(sizeof(uint32_t) * width * height);
  double half = span / (2 * width), best = 1e300;
  for (int run = 0; run < runs; run++) {
    double start = processor_nanoseconds();
    for (int row = 0; row < height; row++)
      for (int column = 0; column < width; column++)
        counts[row * width + column] =
            escape_count(re + (2 * column - (width - 1)) * half, im + (height - 1 - 2 * row) * half, iterations);
    double time = processor_nanoseconds() - start;
    if (time < best) best = time;
  }
  uint64_t sum = 0;
  uint32_t hash = 2166136261u;
  for (int pixel = 0; pixel < width * height; pixel++) {
    sum += counts[pixel];
    hash = (hash ^ counts[pixel]) * 16777619u;
  }
  printf("%.0f %llu %u\n", best, (unsigned long long)sum, hash);
  return 0;
}
