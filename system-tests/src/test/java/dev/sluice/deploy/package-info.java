/** The Kubernetes manifests, held against the API's own model and against what they deploy. */
@NullMarked
package dev.sluice.deploy;

import org.jspecify.annotations.NullMarked;
