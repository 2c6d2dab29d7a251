// Who speaks of messages speaks of what is in them. Embedded Swift compiles both into one module.
#if !hasFeature(Embedded)
@_exported import Model
#endif
