/** What desktops and archivers leave between images: `.DS_Store`, `._cat.jpg`, `Thumbs.db`, `__MACOSX/`, `@eaDir/`. */
const litter = /^(\..*|Thumbs\.db|ehthumbs\.db|desktop\.ini|__MACOSX|@eaDir|\$RECYCLE\.BIN|System Volume Information)$/i

/** Names that end as an image's do. What is in such a file is told by its content. */
const imageName = /\.(png|jpe?g|jpe|jfif|webp|gif|tiff?|avif|heic|heif|bmp)$/i

export const isLitter = (path: string): boolean => path.split('/').some((part) => litter.test(part))
export const isImageName = (path: string): boolean => imageName.test(path)
