// One moving picture. Without a sound: what is heard comes from the phone.

import { useEffect, useRef } from "react";

export type PictureProps = {
  /** null: nothing is shown yet. */
  readonly stream: MediaStream | null;
  readonly label: string;
  /** As in a mirror: for one's own. */
  readonly mirrored?: boolean;
};

export function Picture({ stream, label, mirrored = false }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return (
    <video
      ref={video}
      className="desk-picture"
      data-mirrored={mirrored}
      aria-label={label}
      autoPlay
      muted
      playsInline
      disablePictureInPicture
    />
  );
}
