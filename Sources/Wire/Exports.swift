// Who speaks of messages speaks of what is in them. The provider compiles both into one module.
#if canImport(Model)
@_exported import Model
#endif
