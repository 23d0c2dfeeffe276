package io.hone.auth;

/** Somebody's access ended or became another; fired after the change is stored. */
public record AccessChanged() {}
