// Reads the named files with feedsmith and prints what it finds in each, as one list in JSON.
import { readFile } from 'node:fs/promises'
import { parseFeed } from 'feedsmith'

const texts = await Promise.all(process.argv.slice(2).map((name) => readFile(name, 'utf8')))
console.log(JSON.stringify(texts.map((text) => parseFeed(text))))
