/** Words for WordNet's numbers of the classes of Imagenette and Imagewoof (github.com/fastai/imagenette), which name their folders. */
const words: Readonly<Record<string, string>> = {
  n01440764: 'tench',
  n02102040: 'English springer',
  n02979186: 'cassette player',
  n03000684: 'chain saw',
  n03028079: 'church',
  n03394916: 'French horn',
  n03417042: 'garbage truck',
  n03425413: 'gas pump',
  n03445777: 'golf ball',
  n03888257: 'parachute',
  n02086240: 'Shih-Tzu',
  n02087394: 'Rhodesian ridgeback',
  n02088364: 'beagle',
  n02089973: 'English foxhound',
  n02093754: 'Border terrier',
  n02096294: 'Australian terrier',
  n02099601: 'golden retriever',
  n02105641: 'Old English sheepdog',
  n02111889: 'Samoyed',
  n02115641: 'dingo',
}

/** The words for a class's name where it is a number of WordNet that is known here, else the name. */
export const classWords = (name: string): string => (Object.hasOwn(words, name) ? words[name]! : name)
