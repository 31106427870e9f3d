/* Photos: what is kept is only pixels, and what is hostile dies in the helper. The helper is this test program itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <png.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <webp/encode.h>

#include "base/base.h"
#include "store/confine.h"
#include "store/file_kind.h"
#include "store/image.h"
#include "store/photo.h"

static struct arena *arena;

static int setup(void **state) {
  (void)state;
  hash_start();
  arena = arena_new(512 << 20);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  arena_free(arena);
  return 0;
}

/* --- pictures made here ----------------------------------------------------------------------------------------- */

/* Left third red, the rest blue; the top row of thirds is white, so that each turn of it can be told. */
static struct image striped(int width, int height) {
  struct image p = {.width = width, .height = height, .rgb = xmalloc((size_t)width * (size_t)height * 3)};
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      unsigned char *c = p.rgb + ((size_t)y * (size_t)width + (size_t)x) * 3;
      bool top = y < height / 3, left = x < width / 3;
      c[0] = top || left ? 255 : 0;
      c[1] = top ? 255 : 0;
      c[2] = top || !left ? 255 : 0;
    }
  return p;
}

static struct bytes keep(struct buf *b) {
  struct bytes out = {arena_memdup(arena, b->data, b->len), b->len};
  buf_free(b);
  return out;
}

static struct bytes jpeg_of(int width, int height) {
  struct image p = striped(width, height);
  struct buf b;
  struct error err = {0};
  buf_init(&b, 64 << 20);
  assert_int_equal(image_encode(&b, &p, 95, &err), 0);
  image_free(&p);
  return keep(&b);
}

static struct bytes png_of(int width, int height) {
  struct image p = striped(width, height);
  png_image png = {.version = PNG_IMAGE_VERSION, .width = (png_uint_32)width, .height = (png_uint_32)height,
                   .format = PNG_FORMAT_RGB};
  png_alloc_size_t len = 0;
  assert_true(png_image_write_to_memory(&png, NULL, &len, 0, p.rgb, 0, NULL));
  unsigned char *to = arena_alloc(arena, len);
  assert_true(png_image_write_to_memory(&png, to, &len, 0, p.rgb, 0, NULL));
  image_free(&p);
  return (struct bytes){to, len};
}

static struct bytes webp_of(int width, int height) {
  struct image p = striped(width, height);
  uint8_t *made;
  size_t len = WebPEncodeRGB(p.rgb, width, height, width * 3, 90, &made);
  assert_true(len > 0);
  struct bytes out = {arena_memdup(arena, made, len), len};
  WebPFree(made);
  image_free(&p);
  return out;
}

static void add_number(struct buf *b, uint32_t n, int size) {
  for (int i = size - 1; i >= 0; i--) buf_putc(b, (char)(unsigned char)(n >> (8 * i)));
}

/* A TIFF block with an orientation, a camera's name and a GPS directory that says 38.5 north. */
static void add_tiff(struct buf *b, int orientation) {
  buf_add(b, "MM\0*\0\0\0\x08", 8);
  add_number(b, 3, 2);
  add_number(b, 0x0110, 2); add_number(b, 2, 2); add_number(b, 12, 4); add_number(b, 50, 4);
  add_number(b, 0x0112, 2); add_number(b, 3, 2); add_number(b, 1, 4); add_number(b, (uint32_t)orientation << 16, 4);
  add_number(b, 0x8825, 2); add_number(b, 4, 2); add_number(b, 1, 4); add_number(b, 62, 4);
  add_number(b, 0, 4);
  buf_add(b, "SECRETCAMERA", 12);
  add_number(b, 1, 2);
  add_number(b, 2, 2); add_number(b, 5, 2); add_number(b, 1, 4); add_number(b, 80, 4);
  add_number(b, 0, 4);
  add_number(b, 38, 4); add_number(b, 1, 4); add_number(b, 30, 4); add_number(b, 1, 4); add_number(b, 0, 4); add_number(b, 1, 4);
}

static struct bytes jpeg_with_exif(int width, int height, int orientation) {
  struct bytes plain = jpeg_of(width, height);
  struct buf b, exif;
  buf_init(&b, 64 << 20);
  buf_init(&exif, 4096);
  buf_add(&exif, "Exif\0", 6);
  add_tiff(&exif, orientation);
  buf_add(&b, plain.data, 2);
  buf_add(&b, "\xFF\xE1", 2);
  add_number(&b, (uint32_t)exif.len + 2, 2);
  buf_add(&b, exif.data, exif.len);
  buf_add(&b, "\xFF\xFE\0\x0FSECRETREMARK", 17);
  buf_add(&b, plain.data + 2, plain.len - 2);
  buf_add(&b, "PK\x03\x04SECRETARCHIVE", 17); /* what hides behind a picture's end */
  buf_free(&exif);
  return keep(&b);
}

static uint32_t crc_of(const unsigned char *p, size_t n) {
  uint32_t c = 0xFFFFFFFFu;
  for (size_t i = 0; i < n; i++) {
    c ^= p[i];
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
  }
  return ~c;
}

static void add_chunk(struct buf *b, const char *type, const void *data, size_t len) {
  struct buf body;
  buf_init(&body, 1 << 20);
  buf_puts(&body, type);
  buf_add(&body, data, len);
  add_number(b, (uint32_t)len, 4);
  buf_add(b, body.data, body.len);
  add_number(b, crc_of((const unsigned char *)body.data, body.len), 4);
  buf_free(&body);
}

/* Text and an EXIF block put in after the header (8 bytes of signature, 25 of IHDR). */
static struct bytes png_with_secrets(int orientation) {
  struct bytes plain = png_of(90, 60);
  struct buf b, tiff;
  buf_init(&b, 1 << 20);
  buf_init(&tiff, 4096);
  add_tiff(&tiff, orientation);
  buf_add(&b, plain.data, 33);
  add_chunk(&b, "tEXt", "Comment\0SECRETREMARK", 20);
  add_chunk(&b, "eXIf", tiff.data, tiff.len);
  buf_add(&b, plain.data + 33, plain.len - 33);
  buf_free(&tiff);
  return keep(&b);
}

/* A PNG of a few bytes that says it is enormous. */
static struct bytes bomb(uint32_t width, uint32_t height) {
  struct buf b, head;
  buf_init(&b, 4096);
  buf_init(&head, 64);
  buf_add(&b, "\x89PNG\r\n\x1A\n", 8);
  add_number(&head, width, 4);
  add_number(&head, height, 4);
  buf_add(&head, "\x08\x02\0\0\0", 5);
  add_chunk(&b, "IHDR", head.data, head.len);
  add_chunk(&b, "IDAT", "\x78\x9c\x03\0\0\0\0\x01", 8);
  add_chunk(&b, "IEND", "", 0);
  buf_free(&head);
  return keep(&b);
}

/* --- asking ----------------------------------------------------------------------------------------------------- */

static struct photo taken(struct bytes data, const char *claimed) {
  struct photo photo = {0};
  struct error err = {0};
  if (photo_process(&photo, arena, data, claimed, &photo_limits_usual, &err) < 0) fail_msg("%s %s", err.code, err.detail);
  return photo;
}

static void refused_with(struct bytes data, const char *claimed, const struct photo_limits *limits, const char *code) {
  struct photo photo;
  struct error err = {0};
  assert_int_equal(photo_process(&photo, arena, data, claimed, limits, &err), -1);
  assert_string_equal(err.code, code);
  assert_int_not_equal(err.kind, ERR_FAULT);
}

static void refused(struct bytes data, const char *claimed, const char *code) {
  refused_with(data, claimed, &photo_limits_usual, code);
}

static bool holds(struct bytes data, const char *what) { return memmem(data.data, data.len, what, strlen(what)) != NULL; }

static void assert_clean(struct bytes jpeg) {
  assert_string_equal(file_sniff(jpeg), "image/jpeg");
  assert_false(holds(jpeg, "Exif"));
  assert_false(holds(jpeg, "SECRET"));
  assert_null(memmem(jpeg.data, jpeg.len, "PK\x03\x04", 4));
  assert_null(memmem(jpeg.data, jpeg.len, "\xFF\xE1", 2));
  assert_null(memmem(jpeg.data, jpeg.len, "\xFF\xFE", 2));
}

/* The colour at a place given in percent of width and height: r, b or w. */
static char colour_at(struct bytes jpeg, int x, int y) {
  struct image p = {0};
  struct error err = {0};
  assert_int_equal(image_decode(&p, jpeg, 100000000, 10000, &err), 0);
  const unsigned char *c = p.rgb + ((size_t)(y * p.height / 100) * (size_t)p.width + (size_t)(x * p.width / 100)) * 3;
  char colour = c[1] > 128 ? 'w' : c[0] > 128 ? 'r' : 'b';
  image_free(&p);
  return colour;
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void a_photo_loses_its_gps_its_remarks_and_what_hides_behind_it(void **state) {
  (void)state;
  struct bytes in = jpeg_with_exif(300, 200, 1);
  assert_true(holds(in, "Exif") && holds(in, "SECRETCAMERA") && holds(in, "SECRETREMARK") && holds(in, "SECRETARCHIVE"));
  struct photo p = taken(in, "image/jpeg");
  assert_int_equal(p.width, 300);
  assert_int_equal(p.height, 200);
  assert_clean(p.jpeg);
  assert_clean(p.thumb);
}

static void a_large_photo_is_made_smaller_with_a_thumbnail(void **state) {
  (void)state;
  struct photo p = taken(jpeg_of(4000, 3000), NULL);
  assert_int_equal(p.width, 2560);
  assert_int_equal(p.height, 1920);
  assert_int_equal(p.thumb_width, 480);
  assert_int_equal(p.thumb_height, 360);
  assert_int_equal(colour_at(p.thumb, 10, 80), 'r');
  assert_int_equal(colour_at(p.thumb, 80, 80), 'b');
  assert_int_equal(colour_at(p.thumb, 50, 10), 'w');
}

static void a_photo_taken_sideways_stands_upright(void **state) {
  (void)state;
  struct photo p = taken(jpeg_with_exif(300, 200, 6), "image/jpeg");
  assert_int_equal(p.width, 200);
  assert_int_equal(p.height, 300);
  /* orientation 6: the stored top is the right side, the stored left is the top */
  assert_int_equal(colour_at(p.jpeg, 90, 50), 'w');
  assert_int_equal(colour_at(p.jpeg, 30, 10), 'r');
  assert_int_equal(colour_at(p.jpeg, 30, 80), 'b');
  assert_int_equal(image_orientation(p.jpeg), 1);
}

static void every_orientation_puts_the_white_stripe_where_it_belongs(void **state) {
  (void)state;
  static const struct {
    int orientation, white_x, white_y, red_x, red_y;
  } cases[] = {{1, 50, 10, 10, 80}, {2, 50, 10, 90, 80}, {3, 50, 90, 90, 20}, {4, 50, 90, 10, 20},
               {5, 10, 50, 80, 10}, {6, 90, 50, 30, 10}, {7, 90, 50, 20, 90}, {8, 10, 50, 80, 90}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct photo p = taken(jpeg_with_exif(90, 60, cases[i].orientation), "image/jpeg");
    assert_int_equal(p.width, cases[i].orientation >= 5 ? 60 : 90);
    assert_int_equal(colour_at(p.jpeg, cases[i].white_x, cases[i].white_y), 'w');
    assert_int_equal(colour_at(p.jpeg, cases[i].red_x, cases[i].red_y), 'r');
  }
}

static void a_png_loses_its_texts_and_is_turned_too(void **state) {
  (void)state;
  struct bytes in = png_with_secrets(6);
  assert_true(holds(in, "SECRETREMARK"));
  struct photo p = taken(in, "image/png");
  assert_int_equal(p.width, 60);
  assert_int_equal(p.height, 90);
  assert_clean(p.jpeg);
}

static void a_webp_is_taken(void **state) {
  (void)state;
  struct photo p = taken(webp_of(300, 200), "image/webp");
  assert_int_equal(p.width, 300);
  assert_clean(p.jpeg);
  assert_int_equal(colour_at(p.jpeg, 10, 80), 'r');
}

static void a_cut_off_photo_is_refused(void **state) {
  (void)state;
  struct bytes jpeg = jpeg_with_exif(600, 400, 1), png = png_of(90, 60), webp = webp_of(600, 400);
  for (size_t tenth = 1; tenth < 10; tenth++) {
    refused((struct bytes){jpeg.data, (jpeg.len - 20) * tenth / 10}, NULL, "file.photo.broken");
    refused((struct bytes){webp.data, webp.len * tenth / 10}, NULL, "file.photo.broken");
  }
  refused((struct bytes){png.data, png.len / 2}, NULL, "file.photo.broken");
}

static void huge_dimensions_are_refused_before_they_are_unpacked(void **state) {
  (void)state;
  refused(bomb(60000, 60000), "image/png", "file.photo.pixels");
  refused(bomb(900000, 900000), "image/png", "file.photo.pixels");
  refused(bomb(0x7FFFFFFF, 0x7FFFFFFF), "image/png", "file.photo.broken");
  refused(bomb(0, 5), "image/png", "file.photo.broken");
  struct photo_limits small = photo_limits_usual;
  small.pixels = 300 * 200 - 1;
  refused_with(jpeg_of(300, 200), NULL, &small, "file.photo.pixels");
  refused_with(webp_of(300, 200), NULL, &small, "file.photo.pixels");
}

static void a_file_that_is_not_what_it_says_is_refused(void **state) {
  (void)state;
  struct bytes gif = {(const unsigned char *)"GIF89a\x01\0\x01\0", 10}, none = {(const unsigned char *)"", 0};
  struct bytes heic = {(const unsigned char *)"\0\0\0\x18" "ftypheic\0\0\0\0mif1heic", 24};
  struct bytes html = {(const unsigned char *)"<html><script>", 14}, noise = {(const unsigned char *)"\x01\x02\x03", 3};
  refused(gif, "image/jpeg", "file.not-what-it-says");
  refused(gif, "image/gif", "file.photo.kind");
  refused(png_of(9, 9), "image/jpeg", "file.not-what-it-says");
  refused(html, "image/png", "file.not-what-it-says");
  refused(none, "image/jpeg", "file.empty");
  refused(noise, "image/jpeg", "file.unknown");
  refused(heic, "image/heic", "file.photo.heic");
  refused(heic, NULL, "file.photo.heic");
}

static void too_many_bytes_are_refused_with_the_limit_named(void **state) {
  (void)state;
  struct photo_limits small = photo_limits_usual;
  small.bytes = 1 << 20;
  struct photo p;
  struct error err = {0};
  unsigned char *zeros = arena_alloc(arena, (1 << 20) + 1);
  assert_int_equal(photo_process(&p, arena, (struct bytes){zeros, (1 << 20) + 1}, NULL, &small, &err), -1);
  assert_string_equal(err.code, "file.photo.bytes");
  assert_string_equal(err.arg[0], "1");
  assert_int_equal(err.kind, ERR_TOO_LARGE);
}

static void a_helper_out_of_time_or_memory_is_the_photos_fault_not_the_servers(void **state) {
  (void)state;
  struct photo_limits hasty = photo_limits_usual;
  hasty.wall_s = 0;
  refused_with(jpeg_of(300, 200), NULL, &hasty, "file.photo.broken");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  struct photo_limits tight = photo_limits_usual;
  tight.memory = 60 << 20;
  refused_with(png_of(6000, 5000), NULL, &tight, "file.photo.broken");
#endif
  taken(jpeg_of(30, 20), NULL); /* and the next one is served */
}

/* What a confined process may not do ends it. */
static int fate_of(void (*deed)(void)) {
  int status = 0;
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    struct error err = {0};
    if (confine_helper((size_t)640 << 20, 5, &err) < 0) _exit(99);
    deed();
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 1000 + WEXITSTATUS(status);
}

static void opens_a_socket(void) { _exit(socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 1 : 2); }
static void runs_a_program(void) {
  char *const argv[] = {NULL};
  execve("/bin/true", argv, argv);
}
static void removes_a_file(void) { unlink("/nonexistent"); }
static void opens_a_file(void) { _exit(open("/etc/hostname", O_RDONLY | O_CLOEXEC) < 0 ? 0 : 1); }
static void only_computes(void) {
  char *p = xmalloc(1 << 20);
  p[77] = 1;
  free(p);
}

static void the_helper_can_reach_nothing(void **state) {
  (void)state;
  assert_int_equal(fate_of(only_computes), 1000);
  assert_int_equal(fate_of(opens_a_socket), SIGSYS);
  assert_int_equal(fate_of(runs_a_program), SIGSYS);
  assert_int_equal(fate_of(removes_a_file), SIGSYS);
  assert_int_equal(fate_of(opens_a_file), 1000);
}

static void noise_in_a_photo_never_harms_the_server(void **state) {
  (void)state;
  uint64_t seed = 7;
  struct bytes originals[] = {jpeg_with_exif(64, 48, 6), png_with_secrets(3), webp_of(64, 48)};
  for (int round = 0; round < 60; round++) {
    struct bytes from = originals[round % 3];
    unsigned char *noisy = arena_memdup(arena, from.data, from.len);
    for (int k = 0; k < 12; k++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      noisy[12 + (seed >> 33) % (from.len - 12)] = (unsigned char)(seed >> 25);
    }
    struct photo p;
    struct error err = {0};
    if (photo_process(&p, arena, (struct bytes){noisy, from.len}, NULL, &photo_limits_usual, &err) < 0)
      assert_int_not_equal(err.kind, ERR_FAULT);
    else
      assert_string_equal(file_sniff(p.jpeg), "image/jpeg");
  }
}

enum { SENDERS = 6 };

static void *send_one(void *arg) {
  struct arena *own = arena_new(64 << 20);
  struct photo p;
  struct error err = {0};
  intptr_t r = 0;
  for (int i = 0; i < 5 && r == 0; i++) r = photo_process(&p, own, *(struct bytes *)arg, "image/jpeg", &photo_limits_usual, &err);
  arena_free(own);
  return (void *)r;
}

static void many_senders_take_turns(void **state) {
  (void)state;
  struct bytes in = jpeg_of(800, 600);
  pthread_t threads[SENDERS];
  for (int i = 0; i < SENDERS; i++) assert_int_equal(pthread_create(&threads[i], NULL, send_one, &in), 0);
  for (int i = 0; i < SENDERS; i++) {
    void *r;
    pthread_join(threads[i], &r);
    assert_null(r);
  }
}

static void texts_and_papers_are_told_by_their_bytes(void **state) {
  (void)state;
  const char *media;
  struct error err = {0};
  struct bytes pdf = {(const unsigned char *)"%PDF-1.7\n", 9}, csv = {(const unsigned char *)"a,b\n1,2\n", 8};
  assert_int_equal(file_is_what_it_says(&media, pdf, "application/pdf; x=y", &err), 0);
  assert_string_equal(media, "application/pdf");
  assert_int_equal(file_is_what_it_says(&media, csv, "Text/CSV", &err), 0);
  assert_string_equal(media, "text/csv");
  assert_string_equal(file_ending(media), ".csv");
  assert_int_equal(file_is_what_it_says(&media, csv, "application/pdf", &err), -1);
  assert_string_equal(err.arg[1], "text/plain");
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], PHOTO_WORKER)) return photo_worker_main();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_photo_loses_its_gps_its_remarks_and_what_hides_behind_it),
      cmocka_unit_test(a_large_photo_is_made_smaller_with_a_thumbnail),
      cmocka_unit_test(a_photo_taken_sideways_stands_upright),
      cmocka_unit_test(every_orientation_puts_the_white_stripe_where_it_belongs),
      cmocka_unit_test(a_png_loses_its_texts_and_is_turned_too),
      cmocka_unit_test(a_webp_is_taken),
      cmocka_unit_test(a_cut_off_photo_is_refused),
      cmocka_unit_test(huge_dimensions_are_refused_before_they_are_unpacked),
      cmocka_unit_test(a_file_that_is_not_what_it_says_is_refused),
      cmocka_unit_test(too_many_bytes_are_refused_with_the_limit_named),
      cmocka_unit_test(a_helper_out_of_time_or_memory_is_the_photos_fault_not_the_servers),
      cmocka_unit_test(the_helper_can_reach_nothing),
      cmocka_unit_test(noise_in_a_photo_never_harms_the_server),
      cmocka_unit_test(many_senders_take_turns),
      cmocka_unit_test(texts_and_papers_are_told_by_their_bytes),
  };
  return cmocka_run_group_tests_name("photo", tests, setup, teardown);
}
