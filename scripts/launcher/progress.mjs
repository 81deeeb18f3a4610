/** Shows one line on stderr while the work lasts, if a person is watching. */
export async function withProgress(text, work) {
  if (!process.stderr.isTTY) return work();
  process.stderr.write(`${text} …`);
  try {
    return await work();
  } finally {
    process.stderr.write('\r\x1b[K');
  }
}
