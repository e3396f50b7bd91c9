# CORP\alice and LAB\alice are two people, and have the same password: neither gets in by the other's phone, nor by his fresh approval.
reuse_approval 10s

   0       request A LAB\alice right id=1                 -> check_password A
   0       password ok A identity=lab-alice               -> start_call A
   1s      request B CORP\alice right id=2                -> check_password B
   1s      password ok B identity=corp-alice              -> start_call B
   2s      factor approved A                              -> accept A; login accept approved 1
   3s      request C CORP\alice right id=3                -> nothing
   4s      factor denied B                                -> reject B; reject C; login reject denied 2
   5s      request D LAB\alice right id=4                 -> check_password D
   5s      password ok D identity=lab-alice               -> start_call D
   6s      factor approved D                              -> accept D; login accept approved 1
   7s      request E CORP\alice right id=5                -> check_password E
   7s      password ok E identity=corp-alice              -> start_call E
   8s      factor denied E                                -> reject E; login reject denied 1

calls 4
