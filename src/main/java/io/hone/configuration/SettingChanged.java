package io.hone.configuration;

/** A stored setting was changed or forgotten. */
public record SettingChanged(String key) {}
